/** Reads codes in pictures: by the browser where it can, else by a library, loaded only then. */

type Read = (video: HTMLVideoElement) => Promise<string | undefined>;

interface Detector {
  readonly detect: (source: HTMLVideoElement) => Promise<readonly { readonly rawValue: string }[]>;
}

interface Detecting {
  readonly BarcodeDetector?: {
    new (options: { readonly formats: readonly string[] }): Detector;
    readonly getSupportedFormats: () => Promise<readonly string[]>;
  };
}

const CODE = "qr_code";
/** A wider picture takes longer, and shows no more of a code. */
const WIDEST = 640;

const byBrowser = async (): Promise<Read | undefined> => {
  const { BarcodeDetector } = globalThis as Detecting;
  if (BarcodeDetector === undefined || !(await BarcodeDetector.getSupportedFormats()).includes(CODE)) return undefined;
  const detector = new BarcodeDetector({ formats: [CODE] });
  return async (video) => (await detector.detect(video))[0]?.rawValue;
};

const pictureOf = (video: HTMLVideoElement, context: CanvasRenderingContext2D): ImageData | undefined => {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return undefined;
  const scale = Math.min(1, WIDEST / videoWidth);
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  context.canvas.width = width;
  context.canvas.height = height;
  context.drawImage(video, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
};

const byLibrary = async (): Promise<Read> => {
  const { decodeQR } = await import("qr/decode.js");
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const picture = context === null ? undefined : pictureOf(video, context);
    if (picture === undefined) return undefined;
    try {
      return decodeQR(picture);
    } catch {
      // Most pictures hold no code that can be read: the next one may.
      return undefined;
    }
  };
};

/** Makes a reader of codes: undefined while there is none in the picture. */
export const codeReader = async (): Promise<Read> => (await byBrowser()) ?? byLibrary();
