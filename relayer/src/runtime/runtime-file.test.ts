import { concat, fromHex, utf8 } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { openRuntime } from "./runtime-file.js";

/** A section of WebAssembly: its number, its length, what is in it. */
const section = (id: number, ...content: readonly number[]): readonly number[] => [id, content.length, ...content];
const name = (text: string): readonly number[] => [text.length, ...utf8(text)];

/**
 * A runtime that has `same`, which returns its input, `loop`, which never ends, and `trap`. `ask`
 * asks for what no host of ours has.
 */
const RUNTIME = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // Types: (i32, i32) -> i64 and () -> ().
  ...section(1, 2, 0x60, 2, 0x7f, 0x7f, 1, 0x7e, 0x60, 0, 0),
  ...section(2, 2, ...name("env"), ...name("memory"), 2, 0, 1, ...name("env"), ...name("ext_x"), 0, 1),
  ...section(3, 4, 0, 0, 0, 0),
  // The heap begins at 1,024.
  ...section(6, 1, 0x7f, 0, 0x41, 0x80, 0x08, 0x0b),
  ...section(
    7,
    5,
    ...[...name("__heap_base"), 3, 0],
    ...[...name("same"), 0, 1],
    ...[...name("loop"), 0, 2],
    ...[...name("trap"), 0, 3],
    ...[...name("ask"), 0, 4],
  ),
  ...section(
    10,
    4,
    // (length << 32) | address
    ...[12, 0, 0x20, 1, 0xad, 0x42, 32, 0x86, 0x20, 0, 0xad, 0x84, 0x0b],
    ...[9, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x42, 0, 0x0b],
    ...[3, 0, 0x00, 0x0b],
    ...[6, 0, 0x10, 0, 0x42, 0, 0x0b],
  ),
]);

const NONE = new Uint8Array(0);
const COMPRESSED = fromHex("52bc537646db8e05");
// A Zstandard frame of one raw block.
const raw = (bytes: Uint8Array): Uint8Array =>
  concat(fromHex("28b52ffd2000"), Uint8Array.of(((bytes.length << 3) | 1) & 0xff, bytes.length >> 5, 0), bytes);

describe("a runtime's file", () => {
  it("answers what it is asked", () => {
    expect(openRuntime(RUNTIME).call("same", utf8("hello"))).toEqual(utf8("hello"));
  });

  it("may be compressed, as releases are", () => {
    const frame = raw(RUNTIME);
    frame[5] = RUNTIME.length;
    expect(openRuntime(concat(COMPRESSED, frame)).call("same", utf8("hello"))).toEqual(utf8("hello"));
  });

  it.each([
    ["bytes that are no WebAssembly", utf8("no runtime")],
    ["what only begins as compressed", concat(COMPRESSED, utf8("nothing of the kind"))],
    ["an empty file", NONE],
  ])("is refused: %s", (_, bytes) => {
    expect(outcome(() => openRuntime(bytes))).toBe("runtime/file");
  });

  it.each(["nothing", "trap", "ask"])("ends with an error where it can't answer: %s", (call) => {
    expect(outcome(() => openRuntime(RUNTIME).call(call, NONE))).toBe("runtime/trap");
  });

  it("is ended once it takes too long", () => {
    expect(outcome(() => openRuntime(RUNTIME, 200).call("loop", NONE))).toBe("runtime/trap");
  });
});
