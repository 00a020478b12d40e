import { defineConfig } from "vite";

/** Where `atoll dev` is, for `npm run dev`. */
const server = process.env.ATOLL_SERVER ?? "http://localhost:8686";

export default defineConfig({
  base: "/explorer/",
  build: {
    outDir: "../src/atoll/_assets/explorer",
    emptyOutDir: true,
    // scripts/budget.mjs reads it.
    manifest: true,
    // Of all that is bundled.
    license: { fileName: "THIRD-PARTY.md" },
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The page's policy allows neither `data:` nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/explorer/api": { target: server, changeOrigin: true, headers: { origin: server } },
      "/graphql": { target: server, changeOrigin: true, headers: { origin: server } },
    },
  },
});
