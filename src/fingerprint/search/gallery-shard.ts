import type { FingerPosition } from '../../domain/finger.ts';
import { wipeSimilarityKernel } from '../kernels/similarity-kernel.ts';
import {
  DESCRIPTOR_BYTES,
  GALLERY_START,
  makeVoteKernel,
  PLACE_BYTES,
  type VoteKernel,
  type VotingTemplate,
} from '../kernels/vote-kernel.ts';
import { compareTemplates } from '../matching/compare.ts';
import type { Template } from '../template.ts';
import { fuseFingers, fuseImpressions } from '../verify.ts';
import { describePlaces, unpackPlaces } from './descriptors.ts';

/** One enrolled template on its way into a shard: plain data that crosses a thread boundary. */
export interface PackedTemplate {
  /** Number of the person in the gallery. */
  readonly person: number;
  readonly position: FingerPosition;
  /** See `packPlaces`. */
  readonly places: Uint8Array;
}

/** One live impression of the person searched for. */
export interface SearchProbe {
  /** 0 when it is not known which finger it is: it is compared with all. */
  readonly position: FingerPosition;
  readonly template: Template;
}

export interface FingerScore {
  /** The probe's position. */
  readonly position: FingerPosition;
  /** 10 k is about FMR 10^-k, over all impressions of this finger. */
  readonly score: number;
}

export interface PersonScore {
  readonly person: number;
  /** All fingers fused, on the same scale. */
  readonly score: number;
  readonly fingers: readonly FingerScore[];
}

interface ShardTemplate {
  readonly person: number;
  readonly position: FingerPosition;
  readonly count: number;
  /** Addresses in the kernel's memory. */
  readonly descriptors: number;
  readonly places: number;
}

/** Votes are set against this many minutiae more than a template has, lest a tiny one win by chance. */
const VOTE_PRIOR = 10;
/** Templates between two looks at the caller's wish to stop: a millisecond or two. */
const TEMPLATES_PER_LOOK = 128;

/**
 * A part of a gallery, searched on one thread. Its templates lie in one block of memory, 24 bytes a minutia, and
 * nowhere else; `wipe` clears it.
 */
export class GalleryShard {
  /** What the templates take in memory, ready to be searched. */
  readonly bytes: number;
  private readonly kernel: VoteKernel;
  private readonly templates: ShardTemplate[] = [];
  private readonly ofPerson = new Map<number, ShardTemplate[]>();

  constructor(packed: readonly PackedTemplate[]) {
    const minutiae = packed.reduce((sum, { places }) => sum + places.length / PLACE_BYTES, 0);
    this.bytes = minutiae * (DESCRIPTOR_BYTES + PLACE_BYTES);
    this.kernel = makeVoteKernel(this.bytes);
    let at = GALLERY_START;
    for (const { person, position, places } of packed) {
      const described = describePlaces(places);
      const template: ShardTemplate = {
        person,
        position,
        count: described.count,
        descriptors: at,
        places: at + described.descriptors.length,
      };
      this.kernel.memory.set(described.descriptors, template.descriptors);
      this.kernel.memory.set(described.places, template.places);
      at = template.places + described.places.length;
      wipeDescribed(described);
      this.templates.push(template);
      const others = this.ofPerson.get(person);
      if (others === undefined) this.ofPerson.set(person, [template]);
      else others.push(template);
    }
  }

  /**
   * First stage: how much speaks for each person, in no unit; of one finger the best pair of impressions, summed
   * over fingers. Null when it was told to stop.
   */
  rank(
    probes: readonly SearchProbe[],
    places: readonly Uint8Array[],
    stop: () => boolean,
  ): Map<number, number> | null {
    const totals = new Map<number, number>();
    for (const { position, members } of byPosition(probes)) {
      const best = new Map<number, number>();
      for (const member of members) {
        const probe = describePlaces(places[member] as Uint8Array);
        this.kernel.loadProbe(probe);
        wipeDescribed(probe);
        for (let i = 0; i < this.templates.length; i++) {
          if (i % TEMPLATES_PER_LOOK === 0 && stop()) return null;
          const template = this.templates[i] as ShardTemplate;
          if (!mayBeSameFinger(position, template.position)) continue;
          const { descriptors, places: at, count, person } = template;
          const strength = this.kernel.vote(descriptors, at, count) / Math.sqrt(count + VOTE_PRIOR);
          if (strength > (best.get(person) ?? -1)) best.set(person, strength);
        }
      }
      for (const [person, strength] of best) totals.set(person, (totals.get(person) ?? 0) + strength);
    }
    return totals;
  }

  /** Second stage: the full comparison with some persons. Null when it was told to stop. */
  compare(
    probes: readonly SearchProbe[],
    persons: readonly number[],
    stop: () => boolean,
  ): PersonScore[] | null {
    const scores: PersonScore[] = [];
    const groups = byPosition(probes);
    for (const person of persons) {
      if (stop()) return null;
      const enrolled = (this.ofPerson.get(person) ?? []).map((template) => ({
        position: template.position,
        template: this.restore(template),
      }));
      const fingers = groups.flatMap(({ position, members }): FingerScore[] => {
        const same = enrolled.filter((one) => mayBeSameFinger(position, one.position));
        if (same.length === 0) return [];
        const pairs = members.flatMap((member) =>
          same.map(({ template }) => compareTemplates((probes[member] as SearchProbe).template, template)),
        );
        return [{ position, score: fuseImpressions(pairs) }];
      });
      scores.push({ person, score: fuseFingers(fingers.map(({ score }) => score)), fingers });
    }
    return scores;
  }

  private restore({ places, count }: ShardTemplate): Template {
    return unpackPlaces(this.kernel.memory.subarray(places, places + count * PLACE_BYTES));
  }

  /** Overwrites the templates and what the last probe left behind. */
  wipe(): void {
    this.kernel.memory.fill(0);
    wipeSimilarityKernel();
    this.templates.length = 0;
    this.ofPerson.clear();
  }

  holdsOnlyZeros(): boolean {
    return this.kernel.memory.every((byte) => byte === 0);
  }
}

function wipeDescribed({ descriptors, places }: VotingTemplate): void {
  descriptors.fill(0);
  places.fill(0);
}

/** A finger whose position one side does not know may be any finger. */
function mayBeSameFinger(one: FingerPosition, other: FingerPosition): boolean {
  return one === other || one === 0 || other === 0;
}

/** Indices of the probes of each finger; impressions of unknown fingers stand each for itself. */
function byPosition(
  probes: readonly SearchProbe[],
): { readonly position: FingerPosition; readonly members: readonly number[] }[] {
  const groups: { position: FingerPosition; members: number[] }[] = [];
  probes.forEach(({ position }, index) => {
    const group = position === 0 ? undefined : groups.find((one) => one.position === position);
    if (group === undefined) groups.push({ position, members: [index] });
    else group.members.push(index);
  });
  return groups;
}
