import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import { createSimulatedDevices } from '../../native-bridges/simulated/simulated-devices.ts';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { keepShare } from '../../src/station/lane/device-share.ts';
import { checkDevices } from '../readiness/check-devices.ts';
import { checkKeyKeeper } from '../readiness/check-key-keeper.ts';
import { checkMachine, readMachineFigures } from '../readiness/machine-figures.ts';
import { readinessSchema } from '../readiness/readiness-report.ts';
import { bareMachine } from '../readiness/testing/bare-machine.ts';
import { runReadiness } from './readiness.ts';

let folder: string;
const data = process.env.TIZME_DATA;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-readiness-'));
  process.env.TIZME_DATA = join(folder, 'data');
});
afterAll(() => {
  if (data === undefined) delete process.env.TIZME_DATA;
  else process.env.TIZME_DATA = data;
  rmSync(folder, { recursive: true, force: true });
});

async function run(args: readonly string[], open?: () => DeviceManager) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  return { code: await runReadiness(args, io, open), out, progress };
}

it('a laptop without its devices is not ready, says which, and its report joins the fleet’s', async () => {
  const reports = join(folder, 'reports');
  mkdirSync(reports);
  const file = join(reports, 'one.json');
  const tested = await run(['--out', file, '--json'], bareMachine);
  expect(tested.code).toBe(1);
  const last = JSON.parse(tested.out.at(-1) ?? '');
  expect(last).toMatchObject({ ok: false, code: 'not-ready' });
  expect(last.sentence).toContain('printer');
  const report = readinessSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(report.figures.freeDiskGb).toBeGreaterThan(0);

  writeFileSync(join(reports, 'other.json'), '{}');
  const joined = await run(['--collect', reports, '--json']);
  expect(joined.code).toBe(0);
  expect(JSON.parse(joined.out.at(-1) ?? '')).toMatchObject({
    models: [{ model: report.model, laptops: 1, notReady: 1 }],
    unreadable: ['other.json'],
  });
  expect((await run(['--collect', join(folder, 'nowhere')])).code).toBe(1);
});

it('battery wear, clock and charge are read as the kernel tells them', () => {
  const root = join(folder, 'root');
  const battery = join(root, 'sys/class/power_supply/BAT0');
  const clock = join(root, 'sys/class/rtc/rtc0');
  for (const directory of [battery, clock]) mkdirSync(directory, { recursive: true });
  const files = {
    capacity: '81',
    energy_full: '30000000',
    energy_full_design: '50000000',
    cycle_count: '412',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(battery, name), `${text}\n`);
  writeFileSync(join(clock, 'since_epoch'), `${Math.round(Date.now() / 1000) - 7200}\n`);
  const figures = readMachineFigures(folder, root);
  expect(figures).toMatchObject({ batteryPercent: 81, batteryWearPercent: 40, batteryCycles: 412 });
  const results = new Map(checkMachine(figures).map(({ name, result }) => [name, result]));
  expect(results.get('battery')).toBe('warning');
  expect(results.get('clock')).toBe('failed');
});

it('says who keeps the laptop’s half of the key, and whether it gives it out', () => {
  const [laptop, stick] = [join(folder, 'enrolment'), join(folder, 'own-stick')];
  mkdirSync(stick);
  unwrap(keepShare(laptop, { kind: 'stick', folder: stick }, 'laptop-1', new Uint8Array(32).fill(7)));
  const file = join(stick, 'tizme-laptop-1.share');
  expect(checkKeyKeeper(laptop)).toEqual({
    ...{ name: 'key-keeper', result: 'passed', found: `the stick (${file})` },
  });
  renameSync(stick, `${stick}-pulled-out`);
  expect(checkKeyKeeper(laptop)).toMatchObject({
    ...{ result: 'warning', found: expect.stringContaining(`the stick (${file}): not plugged in`) },
  });
  writeFileSync(join(laptop, 'device-share.json'), '{');
  expect(checkKeyKeeper(laptop)).toMatchObject({ result: 'failed' });
});

it('a desk with every device is tested through its drivers: a finger is scored, a strip is printed', async () => {
  const stripes = new Uint8Array(400 * 480).map((_, pixel) => ((pixel >> 2) % 2) * 255);
  const simulated = createSimulatedDevices({
    people: {
      people: () => [{ key: 'somebody', fingers: [{ position: 2 }], documents: [] }],
      drawFinger: async () => ({ width: 400, height: 480, pixels: stripes.slice(), dpi: 500 }),
    } as unknown as Parameters<typeof createSimulatedDevices>[0]['people'],
    random: () => 0.5,
    timer: systemTimer(20, 10),
    crash: () => {},
  });
  await simulated.dock.perform({ type: 'lay-finger', person: 'somebody', position: 2 });
  const { checks, figures } = await checkDevices(simulated, {
    fingerMilliseconds: 300_000,
    printsTestStrip: true,
    workers: { assessQuality: async () => ({ ok: true, value: { score: 71, advice: 'ok' } }) },
  });
  simulated.close();
  expect(figures.scannerScore).toBe(71);
  expect(checks.find(({ name }) => name === 'printer')).toMatchObject({
    result: 'passed',
    found: expect.stringContaining('test strip printed'),
  });
  for (const number of ['SIM-FP-1', 'SIM-CR-1', 'SIM-MRZ-1', 'SIM-RP-1'])
    expect(checks.filter(({ found }) => found.includes(`serial number ${number}`))).toHaveLength(1);
  expect(checks.every(({ result }) => result === 'passed')).toBe(true);
});
