import type { FastifyBaseLogger, FastifyReply } from 'fastify';
import { throwIllegalValue } from '../domain/assert.ts';
import type { IntakeAnswer } from './intake.ts';
import type { IntakeMetrics } from './metrics.ts';

/** What a device is answered. */
export function sendAnswer(reply: FastifyReply, answer: IntakeAnswer): FastifyReply {
  switch (answer.status) {
    case 'accepted': {
      const { status, through, receipt } = answer;
      return reply.code(200).send({ status, through, receipt: toBase64(receipt) });
    }
    case 'quarantined':
      return reply.code(202).send(answer);
    case 'gap':
      return reply.code(409).send(answer);
    case 'refused':
      return refuse(reply, answer.code === 'malformed' ? 400 : 403, answer.code);
    default:
      return throwIllegalValue(answer);
  }
}

/** The same, for whoever watches the centre. */
export function noteAnswer(
  log: FastifyBaseLogger,
  metrics: IntakeMetrics,
  device: string,
  answer: IntakeAnswer,
): void {
  metrics.countAnswer(answer.status === 'refused' ? answer.code : answer.status);
  if (answer.status === 'accepted') {
    metrics.countStored(answer.stored);
    log.debug({ device, ...answer.through, stored: answer.stored }, 'a range was accepted');
  } else if (answer.status === 'quarantined') {
    log.warn({ device, ...answer.through, faults: answer.faults }, 'a range was quarantined');
  } else if (answer.status === 'refused') {
    // The device is only what the sender says, so it isn't written down.
    log.warn({ code: answer.code }, 'a range was refused');
  }
}

export function refuse(reply: FastifyReply, status: number, code: string): FastifyReply {
  return reply.code(status).send({ status: 'refused', code });
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
