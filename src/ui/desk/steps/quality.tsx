import type { FingerView } from '../../../station/api/snapshot.ts';
import { Chip } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';

/** Our own capture quality, 0-100, with one piece of advice; the length of the bar and the words say the same. */
export function Quality({ quality }: { readonly quality: NonNullable<FingerView['quality']> }) {
  const { say } = useWords();
  const { score, advice } = quality;
  const level = score >= 60 ? 'good' : score >= 35 ? 'fair' : 'poor';
  return (
    <div className="quality" data-testid="quality" data-score={score} data-advice={advice}>
      <Chip tone={advice === 'ok' ? 'good' : advice === 'no-finger' ? 'calm' : 'care'}>
        {say(`advice.${advice}`)}
      </Chip>
      <div
        className="quality-bar"
        role="meter"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={score}
        aria-label={say('quality.label')}
      >
        <span
          className={`quality-fill quality-${level}`}
          style={{ width: `${Math.min(100, Math.max(0, score))}%` }}
        />
      </div>
      <p className="soft">{say(`quality.${level}`)}</p>
    </div>
  );
}
