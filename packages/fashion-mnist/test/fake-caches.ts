/** A Cache API that keeps its entries in a map; `full` makes it refuse to keep more. */
export class FakeCaches {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  full = false;

  async open(_name: string) {
    return {
      match: async (key: string) => {
        const bytes = this.entries.get(key);
        return bytes === undefined ? undefined : new Response(bytes);
      },
      put: async (key: string, response: Response) => {
        if (this.full) throw new DOMException('no room', 'QuotaExceededError');
        this.entries.set(key, new Uint8Array(await response.arrayBuffer()));
      },
      delete: async (key: string) => this.entries.delete(key),
    };
  }
}
