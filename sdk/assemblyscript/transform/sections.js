/* The custom sections in which a module carries its metadata. */

const VERSION = 2;

export function addSections(module, metadata) {
  const text = new TextEncoder().encode(JSON.stringify(metadata));
  module.addCustomSection("modus_metadata_version", Uint8Array.of(VERSION));
  module.addCustomSection("modus_metadata", text);
}
