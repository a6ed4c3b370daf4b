/** Where the relayer's API answers, in one place: relative to where the relayer is. */
const API = "api/v1";

export const PATHS = {
  status: `${API}/status`,
  bridge: `${API}/bridge`,
  ledger: `${API}/ledger`,
  proofs: `${API}/proofs`,
  evidence: `${API}/enclave/evidence`,
  reserves: `${API}/reserves`,
  decisions: `${API}/decisions`,
  durations: `${API}/durations`,
  accounts: `${API}/accounts`,
  withdrawals: `${API}/withdrawals`,
  transfers: `${API}/transfers`,
  parachain: `${API}/parachain`,
} as const;
