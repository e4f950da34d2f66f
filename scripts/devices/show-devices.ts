import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { DeviceReport } from '../../src/domain/device-bench.ts';
import { ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { describeReport, describeState, withExplanations } from './describe-devices.ts';
import { type Answer, type Command, type Request, takesNoText } from './devices-request.ts';

export const list: Command = { check: takesNoText, run: listDevices };
export const watch: Command = { check: takesNoText, run: watchDevices };
export const test: Command = { check: takesNoText, run: testDevices };

async function listDevices(manager: DeviceManager): Promise<Result<Answer, string>> {
  const report = manager.report();
  const good = report.found.every(({ problem }) => problem === null || problem.code === 'spare');
  return ok({ lines: describeReport(report), json: withExplanations(report), good });
}

async function watchDevices(
  manager: DeviceManager,
  request: Request,
  io: CommandIo,
): Promise<Result<Answer, string>> {
  const tell = (report: DeviceReport) => {
    const lines = request.json ? [JSON.stringify(withExplanations(report))] : describeReport(report);
    for (const line of lines) io.out(line);
  };
  tell(manager.report());
  const unsubscribe = manager.onReport(tell);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    if (request.milliseconds !== null) setTimeout(resolve, request.milliseconds);
  });
  unsubscribe();
  return ok({ lines: [], json: withExplanations(manager.report()), good: true });
}

async function testDevices(manager: DeviceManager): Promise<Result<Answer, string>> {
  const { scanner, cardReader, mrzReader, printer } = manager.devices;
  const statuses = [scanner, cardReader, mrzReader, printer].map((device) => device.status());
  const lines = statuses.map(({ info, status }) => {
    const name = [info.kind, info.model, info.serialNumber ?? ''].filter((part) => part !== '').join(' ');
    return `${name}: ${describeState(manager, status)}`;
  });
  return ok({
    lines,
    json: { devices: statuses },
    good: statuses.every(({ status }) => status.state !== 'failed'),
  });
}
