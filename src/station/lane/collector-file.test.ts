import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COLLECTOR_FILE, collectorInForce } from './collector-file.ts';

const FIRST = {
  collectorUrl: 'https://first.example/',
  collectorKey: new Uint8Array(32).fill(1),
  collectorRecipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
};
const NEWER = {
  url: 'https://newer.example/',
  key: Buffer.alloc(32, 2).toString('base64'),
  recipient: 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj',
};

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'tizme-collector-file-'));
});
afterEach(() => rmSync(dataDirectory, { recursive: true, force: true }));

const write = (content: unknown): void =>
  writeFileSync(join(dataDirectory, COLLECTOR_FILE), JSON.stringify(content));

test('the first package stands until a newer one says otherwise', () => {
  expect(collectorInForce({ dataDirectory, ...FIRST })).toEqual(FIRST);
});

test('a newer package brings where the log goes, who signs receipts, and who opens what comes on a stick', () => {
  write(NEWER);
  expect(collectorInForce({ dataDirectory, ...FIRST })).toEqual({
    collectorUrl: NEWER.url,
    collectorKey: new Uint8Array(32).fill(2),
    collectorRecipient: NEWER.recipient,
  });
});

test('what a newer package no longer names is not kept from the one before', () => {
  write({ url: NEWER.url, key: NEWER.key });
  expect(collectorInForce({ dataDirectory, ...FIRST }).collectorRecipient).toBeUndefined();
  write(null);
  expect(collectorInForce({ dataDirectory, ...FIRST })).toEqual({ collectorUrl: null });
});
