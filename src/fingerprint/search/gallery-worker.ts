import { parentPort } from 'node:worker_threads';
import { assert, assertDefined, throwIllegalValue } from '../../domain/assert.ts';
import type { ShardRequest, ShardResponse } from './gallery-messages.ts';
import { GalleryShard } from './gallery-shard.ts';

/** The thread's side of `gallery.ts`: one shard, opened once, searched, and wiped. */

const port = assertDefined(parentPort, 'parent port of a gallery worker');
let shard: GalleryShard | null = null;

port.on('message', (request: ShardRequest) => port.postMessage(answer(request)));

function answer(request: ShardRequest): ShardResponse {
  switch (request.kind) {
    case 'open':
      assert(shard === null, 'a gallery worker opens one shard');
      shard = new GalleryShard(request.templates);
      for (const { places } of request.templates) places.fill(0);
      return { kind: 'open', bytes: shard.bytes };
    case 'rank': {
      const open = assertDefined(shard, 'open shard');
      const strengths = open.rank(request.probes, request.places, () => Atomics.load(request.stop, 0) !== 0);
      return { kind: 'rank', strengths };
    }
    case 'compare': {
      const open = assertDefined(shard, 'open shard');
      const scores = open.compare(request.probes, request.persons, () => Atomics.load(request.stop, 0) !== 0);
      return { kind: 'compare', scores };
    }
    case 'wipe':
      shard?.wipe();
      shard = null;
      return { kind: 'wipe' };
    default:
      return throwIllegalValue(request);
  }
}
