import type { ElectionPackage } from '../../../fixtures/election/election-package.ts';
import type { FingerprintMatcher, PaperPress } from '../../../src/station/context.ts';
import type { StationDependencies } from '../../../src/station/station-dependencies.ts';
import type { UploadCarrierOptions } from '../../../src/station/stick/carry-upload.ts';
import type { Fetch } from '../../../src/sync/upload/collector-client.ts';

/** How a lane differs from one that a laptop of the mock election would be. */
export interface LaneSetup {
  /** Compares drawn fingers for real unless another one is given; then fingers are mere stripes. */
  readonly matcher?: FingerprintMatcher;
  /** Sets real receipts and reports unless another press is given. */
  readonly paper?: PaperPress;
  readonly collectorUrl?: string;
  /** Reaches the collector, where not by real sockets. */
  readonly fetch?: Fetch;
  readonly carrier?: UploadCarrierOptions;
  readonly change?: (
    procedure: ElectionPackage['content']['procedure'],
  ) => Partial<ElectionPackage['content']['procedure']>;
  readonly registerFile?: string;
  /** Folders that stand for sticks. */
  readonly sticks?: readonly string[];
  readonly startLanes?: StationDependencies['startLanes'];
  /** Local time at which the laptop is switched on, as its clock says. */
  readonly startMs?: number;
  /** Set aside on the disk; none unless given, for most tests are not about space. */
  readonly reserveBytes?: number;
  /** The disk of the lane as its machine measures it; 64 GiB free unless given. */
  readonly freeDiskBytes?: () => Promise<number | null>;
  /** An existing lane's folder, to go on with. */
  readonly directory?: string;
  /** Names the boot that the monotonic clock counts from. */
  readonly boot?: string;
}
