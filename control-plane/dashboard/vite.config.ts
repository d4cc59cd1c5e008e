import { defineConfig } from 'vitest/config';

/** Where a development server finds the control plane. */
const CONTROL_PLANE = process.env['STREAMGAUGE_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  build: {
    // From there it gets into the jar.
    outDir: '../target/classes/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy allows no inlined modules or data in scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      onwarn: (warning, warn) => {
        // The router marks its modules for servers that render React; nothing to do about it.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') {
          warn(warning);
        }
      },
    },
  },
  server: { proxy: { '/api': { target: CONTROL_PLANE, ws: true }, '/sign-in.json': CONTROL_PLANE } },
  test: { include: ['{client,src}/**/*.test.ts'] },
});
