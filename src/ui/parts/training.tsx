const MARK = 'МАШЫГУУ · ТРЕНИРОВКА · TRAINING';

/** A mock election can't be taken for a real one: a striped band above, and a faint mark across the screen. */
export function Training({ mock }: { readonly mock: boolean }) {
  if (!mock) return null;
  return (
    <>
      <div className="training-band" data-testid="training-band" role="note">
        <span className="training-words">{MARK}</span>
      </div>
      <div className="training-mark" aria-hidden="true" />
    </>
  );
}
