// Prints how many milliseconds the first verification of a process takes. Arguments: the sample's
// index, and `pdiem` or `dcap-qvl`.
import { attestationSamples } from "./inputs.js";

const [index = "", by] = process.argv.slice(2);
const sample = (await attestationSamples())[Number(index)];
const verify = by === "dcap-qvl" ? sample?.verifyByDcapQvl : sample?.verify;
if (verify === undefined) throw new Error(`expected the index of a sample, got ${index}`);
const start = performance.now();
verify();
process.stdout.write(`${performance.now() - start}`);
