import { throwIllegalValue } from '../../domain/assert.ts';
import type { VoterView } from '../../station/api/snapshot.ts';
import { formatCount, formatDate } from '../format/format.ts';
import { Chip } from '../parts/callout.tsx';
import { Photo } from '../parts/photo.tsx';
import { useWords } from '../words/use-words.ts';

/** The voter as the operator compares one: face and name large, numbers masked. */
export function VoterCard({ voter }: { readonly voter: VoterView }) {
  const { say } = useWords();
  const { surname, given, patronymic } = voter.name;
  return (
    <div className="voter" data-testid="voter-card">
      <Photo photo={voter.photo} alt={say('voter.photo')} />
      <h2 className="voter-name" data-testid="voter-name">
        <span>{[surname, given].filter((part) => part !== null).join(' ')}</span>
        {patronymic === null ? null : <span>{patronymic}</span>}
      </h2>
      <dl className="facts">
        <div>
          <dt>{say('voter.born')}</dt>
          <dd className="numbers">{formatDate(voter.birthDate)}</dd>
        </div>
        {voter.maskedDocument === null ? null : (
          <div>
            <dt>{say(voter.documentKind === 'passport' ? 'voter.passport' : 'voter.document')}</dt>
            <dd className="numbers">{voter.maskedDocument}</dd>
          </div>
        )}
        {voter.visitor === null ? (
          <div>
            <dt>{say('voter.in-list')}</dt>
            <dd className="numbers">{say('voter.list-number', { number: formatCount(voter.listNumber) })}</dd>
          </div>
        ) : (
          <div data-testid="voter-visitor">
            <dt>{say('voter.home-station')}</dt>
            <dd className="numbers">
              {say('voter.home', {
                station: voter.visitor.stationNumber,
                district: voter.visitor.districtNumber,
              })}
            </dd>
          </div>
        )}
      </dl>
      <div className="voter-chips">
        {voter.visitor === null ? null : <Chip tone="care">{say('voter.visitor-home')}</Chip>}
        <ChipResult voter={voter} />
        {voter.changes.map((change) => (
          <Chip key={change} tone="calm">
            {say(`voter.change.${change}`)}
          </Chip>
        ))}
      </div>
    </div>
  );
}

function ChipResult({ voter }: { readonly voter: VoterView }) {
  const { say } = useWords();
  switch (voter.chip) {
    case null:
      return <Chip tone="calm">{say(`lookup.${voter.lookup}`)}</Chip>;
    case 'genuine':
      return <Chip tone="good">{say('chip.genuine')}</Chip>;
    case 'altered':
      return <Chip tone="bad">{say('chip.altered')}</Chip>;
    case 'consistent-issuer-not-trusted':
    case 'not-checked':
      return <Chip tone="care">{say(`chip.${voter.chip}`)}</Chip>;
    default:
      throwIllegalValue(voter.chip);
  }
}
