/** Everything secret in a package is an age file (https://c2sp.org/age), so that `age -d` opens it as well. */
export {
  AGE_RECIPIENT,
  type AgeKeys,
  createAgeKeys,
  isAgeIdentity,
  openSealed,
  recipientOf,
  sealTo,
} from '../store/age-sealing.ts';
