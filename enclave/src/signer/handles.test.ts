import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { createHandles, MAX_USED } from "./handles.js";

const subject = new Uint8Array(32).fill(1);

describe("handles", () => {
  it("give the same randomness each time, another for each nonce, handle and process", () => {
    const [one, other] = [createHandles(subject), createHandles(subject)];
    const handles = [one.make(), one.make()];
    const drawn = handles.flatMap((handle) => {
      const [first, again] = [one.randomnessOf(handle), one.randomnessOf(handle)];
      const pair = [first(), first()];
      expect([again(), again()]).toEqual(pair);
      return pair;
    });
    expect(new Set(drawn.map(toHex)).size).toBe(4);
    for (const handle of handles) expect(outcome(() => other.randomnessOf(handle))).toBe("refused/handle-unknown");
  });

  it("are known only as they were made, about what they were made", () => {
    const handles = createHandles(subject);
    const handle = handles.make();
    for (let i = 0; i < 32; i++) {
      const changed = handle.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(outcome(() => handles.spend([changed]))).toBe("refused/handle-unknown");
    }
    expect(outcome(() => handles.spend([handle.subarray(1)]))).toBe("refused/handle-unknown");
    expect(outcome(() => createHandles(new Uint8Array(32)).spend([handle]))).toBe("refused/handle-unknown");
  });

  it("are used once, all of them or none", () => {
    const handles = createHandles(subject);
    const [one, two, three] = [handles.make(), handles.make(), handles.make()];
    expect(outcome(() => handles.spend([one, one]))).toBe("refused/handle-used");
    handles.spend([one, two]);
    expect(outcome(() => handles.spend([three, two]))).toBe("refused/handle-used");
    handles.spend([three]);
    for (const handle of [one, two, three]) expect(outcome(() => handles.spend([handle]))).toBe("refused/handle-used");
  });

  it("end all at once after 65,536 that were used, and none of them can be used again", () => {
    const handles = createHandles(subject);
    const used = Array.from({ length: MAX_USED - 1 }, () => handles.make());
    const [last, left] = [handles.make(), handles.make()];
    handles.spend(used);
    expect(outcome(() => handles.randomnessOf(left))).toBe("accepted");
    handles.spend([last]);
    for (const handle of [...used.slice(0, 3), last, left])
      for (const use of [() => handles.spend([handle]), () => handles.randomnessOf(handle)])
        expect(outcome(use)).toBe("refused/handle-unknown");
    handles.spend([handles.make()]);
  });
});
