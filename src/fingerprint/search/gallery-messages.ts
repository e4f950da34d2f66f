import type { PackedTemplate, PersonScore, SearchProbe } from './gallery-shard.ts';

/** What a gallery asks of the thread that holds one shard of it. */
export type ShardRequest =
  | { readonly kind: 'open'; readonly templates: readonly PackedTemplate[] }
  | {
      readonly kind: 'rank';
      readonly probes: readonly SearchProbe[];
      readonly places: readonly Uint8Array[];
      readonly stop: Int32Array;
    }
  | {
      readonly kind: 'compare';
      readonly probes: readonly SearchProbe[];
      readonly persons: readonly number[];
      readonly stop: Int32Array;
    }
  | { readonly kind: 'wipe' };

/** The answer; requests are answered in their order. Null: told to stop before it was done. */
export type ShardResponse =
  | { readonly kind: 'open'; readonly bytes: number }
  | { readonly kind: 'rank'; readonly strengths: ReadonlyMap<number, number> | null }
  | { readonly kind: 'compare'; readonly scores: readonly PersonScore[] | null }
  | { readonly kind: 'wipe' };
