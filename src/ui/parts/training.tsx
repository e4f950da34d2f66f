const MARK = 'МАШЫГУУ · ТРЕНИРОВКА · TRAINING';
const MARKS = ['МАШЫГУУ', 'ТРЕНИРОВКА', 'TRAINING'] as const;
const ROWS = [0, 1, 2, 3, 4] as const;

/** A mock election can't be taken for a real one: a striped band above, and a faint mark across the screen. */
export function Training({ mock }: { readonly mock: boolean }) {
  if (!mock) return null;
  return (
    <>
      <div className="training-band" data-testid="training-band" role="note">
        <span className="training-words">{MARK}</span>
      </div>
      <div className="training-mark" aria-hidden="true">
        <div>
          {ROWS.map((row) => (
            <span key={row}>{[...MARKS, ...MARKS].join('   ')}</span>
          ))}
        </div>
      </div>
    </>
  );
}
