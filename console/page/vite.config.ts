import { defineConfig } from 'vite';

// One folder that the server hands out; nothing in it asks for anything from elsewhere.
export default defineConfig({
  base: './',
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
});
