import type { VoterName } from '../domain/voter.ts';
import { editDistance, forgivenErrors } from './edit-distance.ts';
import { foldWord, isParticle, splitName, wordSkeletons } from './name-folding.ts';
import type { TypedName, TypedWord } from './typed-name.ts';

/** How badly a word fits, in tenths of a typing error: as typed; the same sound; a beginning; near. */
export const FIT_EXACT = 0;
export const FIT_SKELETON = 2;
export const FIT_FATHER = 12;
export const FIT_NEAR = 10;
/** A typed word that nothing in the name fits. */
export const FIT_MISSING = 45;

/** A beginning fits the better the less is missing. */
export function fitOfBeginning(missing: number): number {
  return 8 + Math.min(missing, 10);
}

export function fitOfErrors(errors: number): number {
  return FIT_NEAR + 10 * errors;
}

export interface Part {
  readonly folded: string;
  readonly skeletons: readonly string[];
  readonly particle: boolean;
}

/** How well a voter's name fits what was typed, smaller is better. Each part of the name serves one typed word. */
export function nameFit(name: VoterName, typed: TypedName): number {
  const parts = partsOf(name);
  const pairs = typed.words
    .flatMap((word, at) => parts.map((part, partAt) => ({ at, partAt, fit: wordFit(word, part) })))
    .filter(({ fit }) => fit < FIT_MISSING)
    .sort((a, b) => a.fit - b.fit);
  const served = new Set<number>();
  const used = new Set<number>();
  let sum = 0;
  for (const { at, partAt, fit } of pairs) {
    if (served.has(at) || used.has(partAt)) continue;
    served.add(at);
    used.add(partAt);
    sum += fit;
  }
  const missing = typed.words.length - served.size;
  const unsaid = parts.filter((part, at) => !part.particle && !used.has(at)).length;
  const otherParticles = typed.particles.filter(
    (particle) => !parts.some((part) => part.skeletons.includes(particle)),
  ).length;
  // Below a tenth of an error: orders what is otherwise equal.
  return sum + FIT_MISSING * missing + 0.1 * otherParticles + 0.01 * unsaid;
}

/** Forms of the parts that names were compared by lately: the same few thousand come up again and again. */
const known = new Map<string, readonly Part[]>();
const MOST_KNOWN = 4096;

/** The words of a name with their forms. */
export function partsOf({ surname, given, patronymic }: VoterName): readonly Part[] {
  return [surname, given, patronymic].flatMap((text) => (text === null ? [] : partsOfText(text)));
}

function partsOfText(text: string): readonly Part[] {
  let parts = known.get(text);
  if (parts === undefined) {
    parts = splitName(text).map((part) => ({
      folded: foldWord(part),
      skeletons: wordSkeletons(part),
      particle: isParticle(part),
    }));
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, parts);
  }
  return parts;
}

function wordFit(typed: TypedWord, part: Part): number {
  if (part.folded === typed.folded) return FIT_EXACT;
  if (part.skeletons.some((skeleton) => typed.skeletons.includes(skeleton))) return FIT_SKELETON;
  let best = FIT_MISSING;
  if (part.folded.startsWith(typed.folded)) best = fitOfBeginning(part.folded.length - typed.folded.length);
  for (const skeleton of part.skeletons) {
    for (const beginning of typed.beginnings) {
      if (skeleton.startsWith(beginning))
        best = Math.min(best, fitOfBeginning(skeleton.length - beginning.length));
    }
    if (typed.fathers.includes(skeleton)) best = Math.min(best, FIT_FATHER);
  }
  for (const own of new Set([typed.folded, ...typed.skeletons])) {
    const errors = forgivenErrors(own.length);
    if (errors === 0) continue;
    for (const form of new Set([part.folded, ...part.skeletons])) {
      const distance = editDistance(own, form, errors);
      if (distance <= errors) best = Math.min(best, fitOfErrors(distance));
    }
  }
  return best;
}
