import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, 'src/ui');

/**
 * The screens: one page for all windows (the path says which), built to dist/ui with relative addresses, so that it
 * works under the loopback host and under app:// alike. `vite build --mode gallery` builds the gallery of all
 * screens instead, which no product ships.
 */
export default defineConfig(({ mode }) => ({
  root,
  base: './',
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, mode === 'gallery' ? 'dist/gallery' : 'dist/ui'),
    emptyOutDir: true,
    target: 'chrome130',
    // The content security policy allows fonts and pictures from the page's own origin only.
    assetsInlineLimit: 0,
    // Everything comes from the same laptop: one file loads faster than several.
    chunkSizeWarningLimit: 800,
    rolldownOptions: { input: resolve(root, mode === 'gallery' ? 'gallery.html' : 'index.html') },
  },
}));
