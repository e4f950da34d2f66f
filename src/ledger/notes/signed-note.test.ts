import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { deviceKeyFromSeed } from '../device-key.ts';
import { cosign, cosignedAt } from './cosignature.ts';
import {
  ED25519,
  ED25519_COSIGNATURE,
  encodeVerifierKey,
  isNoteSignedBy,
  parseVerifierKey,
  signNote,
  splitNote,
} from './signed-note.ts';

/** From golang.org/x/mod/sumdb/note, note_test.go: the key pair, the text, and the signature over it. */
const GO = {
  seed: Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1),
  verifierKey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
  second:
    '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n',
  secondKey: 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
};

/** The example of https://c2sp.org/signed-note. */
const SPEC = {
  verifierKey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
};

/** A checkpoint of a certificate log as it was published, with the cosignatures of witnesses that are none of ours. */
const PUBLISHED = {
  note: `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
`,
  log: 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f',
  witness: 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
};

describe('a signed note', () => {
  test('is the one that the Go implementation makes of the same key and text, byte for byte', () => {
    const key = deviceKeyFromSeed(GO.seed);
    expect(signNote('PeterNeumann', key, GO.text)).toBe(`${GO.text}\n${GO.line}`);
    const verifier = { name: 'PeterNeumann', type: ED25519, publicKey: key.publicKey } as const;
    expect(encodeVerifierKey(verifier)).toBe(GO.verifierKey);
    expect(unwrap(parseVerifierKey(GO.verifierKey))).toEqual(verifier);
  });

  test("others' notes open: Go's, the specification's, a published checkpoint", () => {
    for (const [note, verifierKey] of [
      [`${GO.text}\n${GO.line}`, GO.verifierKey],
      [`${GO.text}\n${GO.line}${GO.second}`, GO.verifierKey],
      [SPEC.note, SPEC.verifierKey],
      [PUBLISHED.note, PUBLISHED.log],
    ] as const) {
      const verifier = unwrap(parseVerifierKey(verifierKey));
      expect(isNoteSignedBy(unwrap(splitNote(note)), verifier)).toBe(true);
      const changed = unwrap(splitNote(note.replace(/[a-z]/, 'Q')));
      expect(isNoteSignedBy(changed, verifier)).toBe(false);
    }
  });

  test('is not signed when one of two lines of the same key is wrong', () => {
    const verifier = unwrap(parseVerifierKey(GO.verifierKey));
    const wrong = GO.line.replace('ZJku', 'ZJkv');
    expect(isNoteSignedBy(unwrap(splitNote(`${GO.text}\n${GO.line}${wrong}`)), verifier)).toBe(false);
  });

  test('with an empty line inside its text is split at the last one', () => {
    const key = deviceKeyFromSeed(new Uint8Array(32).fill(4));
    const { text } = unwrap(splitNote(signNote('a', key, 'one\n\ntwo\n')));
    expect(text).toBe('one\n\ntwo\n');
  });

  test('that is no note is refused', () => {
    const line = '— a AAAAAAA=\n';
    for (const text of [
      '',
      'x\n',
      `x${line}`,
      `x\n\n${line.trim()}`,
      `x\n\n- a AAAAAAA=\n`,
      `x\t\n\n${line}`,
    ]) {
      expect(splitNote(text).ok, JSON.stringify(text)).toBe(false);
    }
    expect(splitNote('x\n\n— a AAA=\n').ok).toBe(false);
    expect(splitNote(`x\n\n${line.repeat(65)}`).ok).toBe(false);
    expect(splitNote(`x\n\n${line.repeat(64)}`).ok).toBe(true);
  });

  test('verifier keys with a wrong id, type or length are refused', () => {
    for (const text of [
      '',
      'a+b+c',
      GO.verifierKey.replace('c74f', 'c74e'),
      GO.secondKey,
      `${GO.verifierKey}AAAA`,
    ]) {
      // EnochRoot's key is right in every way.
      expect(parseVerifierKey(text).ok, text).toBe(text === GO.secondKey);
    }
  });
});

describe('a cosignature', () => {
  test('of a witness that is none of ours is read, with its time', () => {
    const witness = unwrap(parseVerifierKey(PUBLISHED.witness));
    expect(witness.type).toBe(ED25519_COSIGNATURE);
    const note = unwrap(splitNote(PUBLISHED.note));
    expect(cosignedAt(note, witness)).toBe(0x6a122120);
    expect(cosignedAt({ ...note, text: note.text.replace('8532', '8533') }, witness)).toBe(null);
  });

  test('is by its own key and for its own text', () => {
    const key = deviceKeyFromSeed(new Uint8Array(32).fill(5));
    const text = 'tizme/e/s/d/1\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    const note = unwrap(splitNote(`${text}\n${cosign('tizme/e/s/lane-2', key, text, 1_790_000_000)}`));
    const witness = {
      name: 'tizme/e/s/lane-2',
      type: ED25519_COSIGNATURE,
      publicKey: key.publicKey,
    } as const;
    expect(cosignedAt(note, witness)).toBe(1_790_000_000);
    expect(cosignedAt(note, { ...witness, name: 'tizme/e/s/lane-3' })).toBe(null);
    // The same key as a log's: another id, so it is not taken for the log's own signature.
    expect(isNoteSignedBy(note, { ...witness, type: ED25519 })).toBe(false);
  });
});
