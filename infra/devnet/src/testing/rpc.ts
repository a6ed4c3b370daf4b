/** Asking a JSON-RPC node in tests, over HTTP. */

const post = async (url: string, method: string, params: readonly unknown[]): Promise<object> => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const answer: unknown = await response.json();
  if (typeof answer !== "object" || answer === null) throw new Error("expected a JSON-RPC response");
  return answer;
};

/**
 * Calls a method.
 * @throws Error with the node's error
 */
export const call = async (url: string, method: string, params: readonly unknown[] = []): Promise<unknown> => {
  const answer = await post(url, method, params);
  if ("result" in answer) return answer.result;
  throw new Error(`expected ${method} to be answered, got ${JSON.stringify(answer)}`);
};

/** Calls a method that must end in an error, and gives that. */
export const rpcError = async (url: string, method: string, params: readonly unknown[] = []): Promise<unknown> => {
  const answer = await post(url, method, params);
  if ("error" in answer) return answer.error;
  throw new Error(`expected ${method} to be refused, got ${JSON.stringify(answer)}`);
};

/**
 * Waits until `condition` gives something, asking every 50 ms: each question costs both sides.
 * @throws Error after `timeout` ms: long, for slow machines
 */
export const eventually = async <T>(
  condition: () => T | undefined | Promise<T | undefined>,
  timeout = 240_000,
): Promise<T> => {
  const deadline = performance.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`expected the condition to hold within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
