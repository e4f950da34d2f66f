import type { FastifyInstance } from 'fastify';
import type { WitnessRefusal } from '../../ledger/notes/witness.ts';
import {
  ADD_CHECKPOINT_PATH,
  ADD_CHECKPOINT_TYPE,
  CHECKPOINT_SIZE_TYPE,
  DEVICE_SIGNATURE_HEADER,
  decodeDeviceSignature,
} from '../../sync/upload/upload-protocol.ts';
import type { CheckpointTaker } from './centre-witness.ts';

/** 63 hashes of a proof and a note with its signatures are far less. */
const MOST_REQUEST_BYTES = 16 * 1024;
/** Being countersigned; who comes then comes again. */
const MOST_AT_ONCE = 64;
const RETRY_AFTER_SECONDS = '30';

/** `add-checkpoint` of https://c2sp.org/tlog-witness. Whoever is no device of this election is told nothing by it. */
export function addWitnessRoutes(
  app: FastifyInstance,
  witness: CheckpointTaker,
  onRefusal: (code: WitnessRefusal['code']) => void,
): void {
  let underWay = 0;
  // In a scope of its own: no other address takes text.
  void app.register(async (scope) => {
    scope.addContentTypeParser(
      ADD_CHECKPOINT_TYPE,
      { parseAs: 'string', bodyLimit: MOST_REQUEST_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post(ADD_CHECKPOINT_PATH, { config: { who: 'anybody' } }, async (request, reply) => {
      if (underWay >= MOST_AT_ONCE) {
        return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ status: 'busy' });
      }
      underWay += 1;
      try {
        const answer = await witness.addCheckpoint({
          request: typeof request.body === 'string' ? request.body : '',
          signature: decodeDeviceSignature(request.headers[DEVICE_SIGNATURE_HEADER]),
        });
        if (answer.ok) return reply.type(ADD_CHECKPOINT_TYPE).send(answer.value);
        const { error } = answer;
        if (error.code !== 'other-size') {
          onRefusal(error.code);
          return reply.code(error.status).send({ status: 'refused', code: error.code });
        }
        return reply.code(error.status).type(CHECKPOINT_SIZE_TYPE).send(`${error.size}\n`);
      } finally {
        underWay -= 1;
      }
    });
  });
}
