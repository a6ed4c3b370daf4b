import type { ValidatorVerifier } from "@pdiem/light-client/diem/epochs/epoch-state";
import type { Results } from "./vector.js";

export const validatorResults = ({ validators }: ValidatorVerifier): readonly Results[] =>
  validators.map(([address, { publicKey, votingPower }]) => ({
    address,
    public_key: publicKey,
    voting_power: votingPower,
  }));
