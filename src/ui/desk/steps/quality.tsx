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
      <meter className="visually-hidden" min={0} max={100} value={score} aria-label={say('quality.label')}>
        {score}
      </meter>
      <div className="quality-bar" aria-hidden="true">
        <span
          className={`quality-fill quality-${level}`}
          style={{ width: `${Math.min(100, Math.max(0, score))}%` }}
        />
      </div>
      <p className="soft">{say(`quality.${level}`)}</p>
    </div>
  );
}
