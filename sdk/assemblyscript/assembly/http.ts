export class Response { readonly status: u16 = 0; readonly statusText: string = ""; }
@external("modus_http_client", "fetch")
declare function hostFetch(url: string): Response | null;
export function fetch(url: string): Response { const r = hostFetch(url); if (r === null) throw new Error("no"); return r; }
