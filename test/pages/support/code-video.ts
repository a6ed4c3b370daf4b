/** A film of a code, for a browser to take for its camera. */
import { writeFileSync } from "node:fs";
import { encodeQR } from "qr";

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 3;
const DARK = 16;
const LIGHT = 235;
const GREY = 128;

/** Writes YUV4MPEG2 that shows nothing but the code of a text. */
export const writeCodeVideo = (path: string, text: string): void => {
  const code = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const scale = Math.floor(HEIGHT / code.length);
  const left = Math.floor((WIDTH - scale * code.length) / 2);
  const top = Math.floor((HEIGHT - scale * code.length) / 2);
  const luma = Buffer.alloc(WIDTH * HEIGHT, LIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const isDark = code[Math.floor((y - top) / scale)]?.[Math.floor((x - left) / scale)] === true;
      if (isDark) luma[y * WIDTH + x] = DARK;
    }
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, GREY)]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)]));
};
