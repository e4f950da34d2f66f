import { Button } from 'react-aria-components';
import type { Person } from '../../domain/roles.ts';
import { useWords } from '../words/use-words.ts';
import { moveByArrows } from './arrow-keys.ts';
import { Icon } from './icons.tsx';

interface PersonListProps {
  readonly people: readonly Person[];
  readonly enabled: ReadonlySet<string>;
  readonly chosen: string | null;
  /** People who have already agreed. */
  readonly done?: ReadonlySet<string>;
  readonly practicePins: Readonly<Record<string, string>> | null;
  readonly onChoose: (person: Person) => void;
}

/** The people of this station; everybody chooses their own name. */
export function PersonList({ people, enabled, chosen, done, practicePins, onChoose }: PersonListProps) {
  const { say } = useWords();
  return (
    <ul className="people" data-testid="people" onKeyDown={moveByArrows}>
      {people.map((person) => (
        <li key={person.id}>
          <Button
            data-testid={`person-${person.id}`}
            className="person"
            aria-pressed={person.id === chosen}
            isDisabled={!enabled.has(person.id)}
            onPress={() => onChoose(person)}
          >
            <span className="person-mark">
              <Icon name={done?.has(person.id) === true ? 'check' : 'person'} />
            </span>
            <span className="person-text">
              <span className="person-name">{person.name}</span>
              <span className="person-role">{say(`role.${person.role}`)}</span>
            </span>
            {practicePins?.[person.id] === undefined ? null : (
              <span className="person-pin">
                {say('pin.practice', { pin: practicePins[person.id] ?? '' })}
              </span>
            )}
          </Button>
        </li>
      ))}
    </ul>
  );
}
