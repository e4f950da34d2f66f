import type { PhotoView } from '../../station/api/snapshot.ts';

/** A voter's photo, or a silhouette where the register has none. `alt` never names the voter. */
export function Photo({ photo, alt }: { readonly photo: PhotoView | null; readonly alt: string }) {
  return (
    <figure className="photo">
      {photo === null ? (
        <svg viewBox="0 0 320 220" preserveAspectRatio="xMidYMax slice" role="img" aria-label={alt}>
          <rect className="photo-ground" width="320" height="220" />
          <circle className="photo-head" cx="160" cy="82" r="54" />
          <path className="photo-body" d="M66 220c0-56 40-86 94-86s94 30 94 86z" />
        </svg>
      ) : (
        <img src={`data:${photo.mediaType};base64,${photo.base64}`} alt={alt} draggable={false} />
      )}
    </figure>
  );
}
