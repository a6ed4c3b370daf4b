import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { asError } from "../api/as-error.js";
import { accountInCode } from "../scan/account-in-code.js";
import { codeReader } from "../scan/read-code.js";
import { TEXTS } from "../texts.js";

const T = TEXTS.scan;
const LOOK_MS = 150;

interface CameraProps {
  readonly onFound: (text: string) => void;
  readonly onError: (error: Error) => void;
}

/** Shows what the camera sees until a code is read; the camera is off when this goes. */
const Camera = ({ onFound, onError }: CameraProps) => {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const run = async (shown: HTMLVideoElement): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (isOver) return stopAll();
      shown.srcObject = stream;
      await shown.play();
      const read = await codeReader();
      const look = async (): Promise<void> => {
        const text = isOver ? undefined : await read(shown);
        if (isOver) return;
        if (text !== undefined && text !== "") onFound(accountInCode(text));
        else timer = setTimeout(() => void look().catch(onError), LOOK_MS);
      };
      await look();
    };
    const stopAll = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    if (video.current !== null)
      run(video.current).catch((error: unknown) => {
        if (!isOver) onError(asError(error));
      });
    return () => {
      isOver = true;
      clearTimeout(timer);
      stopAll();
    };
  }, []);
  return (
    <video ref={video} class="camera" muted playsInline aria-label={T.picture}>
      <track kind="captions" />
    </video>
  );
};

/** A button that scans a code with the camera: nothing is asked of the camera before. */
export const Scan = ({ what, onFound }: { what: string; onFound: (text: string) => void }) => {
  const isOpen = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  if (navigator.mediaDevices === undefined) return null;
  const close = (): void => {
    isOpen.value = false;
  };
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen.value}
        aria-label={`${T.scan}: ${what}`}
        onClick={() => {
          error.value = undefined;
          isOpen.value = !isOpen.value;
        }}
      >
        {isOpen.value ? TEXTS.common.close : T.scan}
      </button>
      {isOpen.value ? (
        <div class="scanning">
          <Camera
            onFound={(text) => {
              close();
              onFound(text);
            }}
            onError={({ message }) => {
              close();
              error.value = `${T.failed} ${message}`;
            }}
          />
          <p class="hint" role="status">
            {T.hold}
          </p>
        </div>
      ) : null}
      {error.value === undefined ? null : (
        <p class="hint" role="alert">
          {error.value}
        </p>
      )}
    </>
  );
};
