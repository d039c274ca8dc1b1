import { defineConfig } from 'vite';

// One self-contained folder for the server: the page loads nothing from elsewhere.
export default defineConfig({
  base: './',
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
});
