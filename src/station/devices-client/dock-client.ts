import type { MonoBitmap, Unsubscribe } from '../../domain/devices.ts';
import type { DockCommand, DockControl, DockPerson, DockProblem, DockState } from '../../domain/dock.ts';
import { ListenerSet } from '../../domain/listener-set.ts';
import { err, type Result } from '../../domain/result.ts';
import type { CurrentConnection } from './device-proxies.ts';
import type { WireFailure } from './wire-connection.ts';

/** The station's end of the dock of a mock election. */
export class DockClient implements DockControl {
  private readonly connection: CurrentConnection;
  private readonly limit: { readonly milliseconds: number };
  private current: DockState;
  private readonly stateListeners = new ListenerSet<DockState>();

  constructor(connection: CurrentConnection, milliseconds: number, state: DockState) {
    this.connection = connection;
    this.limit = { milliseconds };
    this.current = state;
  }

  state(): DockState {
    return this.current;
  }

  onState(listener: (state: DockState) => void): Unsubscribe {
    return this.stateListeners.add(listener);
  }

  setState(state: DockState): void {
    this.current = state;
    this.stateListeners.tell(state);
  }

  async people(): Promise<Result<readonly DockPerson[], DockProblem>> {
    const request = this.connection()?.request({ method: 'dock-people' }, this.limit);
    return request === undefined ? RESTARTING : flatten(await request.outcome);
  }

  async perform(command: DockCommand): Promise<Result<void, DockProblem>> {
    const request = this.connection()?.request({ method: 'dock-perform', command }, this.limit);
    return request === undefined ? RESTARTING : flatten(await request.outcome);
  }

  async strip(id: number): Promise<Result<MonoBitmap, DockProblem>> {
    const request = this.connection()?.request({ method: 'dock-strip', strip: id }, this.limit);
    return request === undefined ? RESTARTING : flatten(await request.outcome);
  }
}

const RESTARTING: Result<never, DockProblem> = err({ code: 'restarting' });

function flatten<T>(outcome: Result<Result<T, DockProblem>, WireFailure>): Result<T, DockProblem> {
  if (outcome.ok) return outcome.value;
  return err({ code: outcome.error === 'restarting' ? 'restarting' : 'no-answer' });
}
