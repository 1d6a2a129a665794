// A TCP connection to a server that lets so many bytes of answers pass, and then drops.

import { type AddressInfo, connect, createServer } from "node:net";

/** `cutAfter` has one number for each connection to come; later connections hold. */
export async function cable(address: string, cutAfter: number[]) {
  const [host, port] = address.split(":") as [string, string];
  const left = [...cutAfter];
  const open = new Set<() => void>();
  let connections = 0;
  const proxy = createServer((caller) => {
    connections++;
    let budget = left.shift() ?? Infinity;
    const server = connect(Number(port), host);
    const cut = () => [caller, server].forEach((end) => end.destroy());
    open.add(cut);
    caller.on("data", (chunk) => server.write(chunk));
    server.on("data", (chunk) => ((budget -= chunk.length) < 0 ? cut() : caller.write(chunk)));
    for (const end of [caller, server]) end.on("error", cut).on("close", cut);
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    connections: () => connections,
    [Symbol.dispose]: () => {
      proxy.close();
      open.forEach((cut) => cut());
    },
  };
}
