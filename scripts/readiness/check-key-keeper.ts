import {
  chooseKeeper,
  describeKeeper,
  readShare,
  type ShareFault,
} from '../../src/station/lane/device-share.ts';
import type { ReadinessCheck } from './readiness-report.ts';

const NAME = 'key-keeper';

/** Who keeps this laptop's half of the key, and whether it gives it out now; nothing of it is kept. */
export function checkKeyKeeper(enrolment: string | null): ReadinessCheck {
  return enrolment === null ? beforeEnrolment() : ofEnrolled(enrolment);
}

function beforeEnrolment(): ReadinessCheck {
  const found = {
    tpm: 'the laptop’s TPM, once it is enrolled',
    windows: 'Windows’ key store, once it is enrolled',
    stick: 'a stick, once it is enrolled',
    none: 'no TPM that can be used: this laptop needs a stick for its half of the key (provision enrol --share-on)',
  } as const;
  const own = chooseKeeper(null);
  return {
    name: NAME,
    found: found[own.ok ? own.value.kind : 'none'],
    result: own.ok ? 'passed' : 'warning',
  };
}

function ofEnrolled(enrolment: string): ReadinessCheck {
  const keeper = describeKeeper(enrolment) ?? 'nothing that is written down';
  const share = readShare(enrolment);
  if (!share.ok) {
    // A stick is brought on the day. What the laptop itself refuses, it will refuse then.
    const result = share.error === 'stick-share-missing' ? 'warning' : 'failed';
    return { name: NAME, found: `${keeper}: ${SENTENCES[share.error]}`, result };
  }
  share.value.fill(0);
  return { name: NAME, found: keeper, result: 'passed' };
}

const SENTENCES: Readonly<Record<ShareFault, string>> = {
  'no-keeper': 'there is none any more; enrol this laptop anew',
  'stick-share-missing': 'not plugged in, or another stick; without it nobody opens this laptop',
  'stick-unwritable': 'it can not be written',
  'tpm-refuses': 'it refuses: it was cleared, or this disk is of another laptop. Enrol this laptop anew',
  'windows-refuses': 'it refuses: another account, or this disk is of another laptop. Enrol this laptop anew',
  'share-record-damaged': 'the record of where it is kept is damaged. Enrol this laptop anew',
};
