import type { Language } from '../../domain/language.ts';
import type { ObserverShowing, ObserverSnapshot } from '../../station/api/snapshot.ts';
import { Restarting } from '../desk/desk-window.tsx';
import { formatCount, formatShare } from '../format/format.ts';
import { shortHash } from '../format/mask.ts';
import { useMirror } from '../mirror/station-context.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Photo } from '../parts/photo.tsx';
import { StationClock } from '../parts/station-clock.tsx';
import { ThemeSwitch } from '../parts/theme-switch.tsx';
import { Training } from '../parts/training.tsx';
import { useWords } from '../words/use-words.ts';

const SHAPES: Readonly<Record<ObserverShowing['result'], IconName>> = {
  waiting: 'clock',
  checking: 'search',
  identified: 'check',
  'not-identified': 'cross',
  'commission-deciding': 'people',
};

/**
 * The second monitor, read from four metres: one result, its shape and its word in two languages; totals below.
 * No name, no number, and no method beside a face.
 */
export function ObserverWindow({ snapshot }: { readonly snapshot: ObserverSnapshot }) {
  const restarting = useMirror((mirror) => mirror.connection === 'restarting');
  const { showing } = snapshot;
  return (
    <div className="window observer" data-testid="observer" data-result={showing.result}>
      <Training mock={snapshot.mock} />
      <ObserverHead snapshot={snapshot} />
      <main className={showing.result === 'waiting' ? 'observer-main observer-calm' : 'observer-main'}>
        {showing.result === 'waiting' ? null : <ObserverPhoto showing={showing} />}
        <ObserverResult snapshot={snapshot} />
      </main>
      <ObserverTotals snapshot={snapshot} />
      {restarting ? <Restarting /> : null}
    </div>
  );
}

function ObserverHead({ snapshot }: { readonly snapshot: ObserverSnapshot }) {
  const { say, local } = useWords();
  return (
    <header className="observer-head">
      <strong>{say('bar.place', { station: snapshot.stationNumber, lane: snapshot.lane })}</strong>
      <span className="soft observer-title">{local(snapshot.electionTitle)}</span>
      <span className="bar-gap" />
      <ThemeSwitch />
      <LanguageSwitch />
      <StationClock timeZone={snapshot.timeZone} />
    </header>
  );
}

function ObserverPhoto({ showing }: { readonly showing: ObserverShowing }) {
  const { say } = useWords();
  if (showing.result === 'waiting' || showing.photo === null) return null;
  return <Photo photo={showing.photo} alt={say('observer.photo')} />;
}

/** The main language large, a second one fainter below: Russian beside Kyrgyz, Kyrgyz beside the others. */
function secondLanguage(language: Language): Language {
  return language === 'ky' ? 'ru' : 'ky';
}

function ObserverResult({ snapshot }: { readonly snapshot: ObserverSnapshot }) {
  const { say, sayIn, language } = useWords();
  const { result } = snapshot.showing;
  const open = snapshot.phase === 'open' || snapshot.phase === 'closing';
  const key =
    result === 'waiting' && !open
      ? (`observer.phase.${phaseWord(snapshot)}` as const)
      : (`observer.${result}` as const);
  return (
    <section className="observer-result">
      <div className={`verdict verdict-${result}`} role="status" data-testid="verdict">
        <span className="verdict-shape">
          <Icon name={SHAPES[result]} size={84} />
        </span>
        <h1 className="verdict-word">{say(key)}</h1>
      </div>
      <p className="verdict-second" lang={secondLanguage(language)}>
        {sayIn(secondLanguage(language))(key)}
      </p>
      {snapshot.lastCheckpoint === null ? null : (
        <p className="checkpoint" data-testid="checkpoint">
          {say('observer.checkpoint', { at: snapshot.lastCheckpoint.at })}{' '}
          <span className="mono">{shortHash(snapshot.lastCheckpoint.root)}</span>
        </p>
      )}
    </section>
  );
}

function phaseWord(snapshot: ObserverSnapshot): 'before' | 'closed' {
  return snapshot.phase === 'closed' ? 'closed' : 'before';
}

function ObserverTotals({ snapshot }: { readonly snapshot: ObserverSnapshot }) {
  const { say, language } = useWords();
  const methods = Object.entries(snapshot.byMethod);
  return (
    <footer className="totals">
      <Total
        testId="total-identified"
        figure={formatCount(snapshot.identified)}
        word={say('total.identified', { total: formatCount(snapshot.registered) })}
        more={methods
          .map(([method, count]) => `${methodWord(method, say)} ${formatCount(count)}`)
          .join(' · ')}
      />
      <Total
        testId="total-exceptions"
        figure={formatCount(snapshot.exceptions)}
        word={say('total.exceptions', { share: formatShare(snapshot.exceptionShare, language) })}
        more={snapshot.exceptionWarning ? `▲ ${say('total.exceptions-many')}` : ''}
        care={snapshot.exceptionWarning}
      />
      <Total
        testId="total-repeated"
        figure={formatCount(snapshot.repeatedAttempts)}
        word={say('total.repeated')}
        more={say('total.undone', { count: snapshot.undone })}
      />
      <Total
        testId="total-restarts"
        figure={formatCount(snapshot.restarts)}
        word={say('total.restarts')}
        more=""
      />
    </footer>
  );
}

function methodWord(method: string, say: ReturnType<typeof useWords>['say']): string {
  return method === 'fingerprint' || method === 'commission' ? say(`method.${method}`) : method;
}

interface TotalProps {
  readonly testId: string;
  readonly figure: string;
  readonly word: string;
  readonly more: string;
  readonly care?: boolean;
}

function Total({ testId, figure, word, more, care = false }: TotalProps) {
  return (
    <div className={care ? 'total total-care' : 'total'} data-testid={testId}>
      <span className="total-figure numbers">{figure}</span>
      <span className="total-word">{word}</span>
      {more === '' ? null : <span className="total-more">{more}</span>}
    </div>
  );
}
