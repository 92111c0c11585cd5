import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

const from = (path: string) => resolve(import.meta.dirname, path)

/**
 * electron-vite sets `base: './'`, for pages opened from `file://`. Ours come from `app://console/` and from
 * the host, and a deep URL such as `/settings/integrations/webhooks/…` must find the same assets.
 */
const absoluteBase: Plugin = { name: 'patchbay:absolute-base', config: () => ({ base: '/' }) }

export default defineConfig({
  main: {
    build: {
      sourcemap: true,
      rolldownOptions: {
        input: {
          main: from('src-main/main.ts'),
          serve: from('src-main/serve.ts'),
          cli: from('src-main/cli.ts'),
          'checkpoint-thread': from('src-main/store/checkpoint-thread.ts'),
          'delivery-worker': from('src-main/delivery/worker.ts'),
        },
        // No folder for the shared chunks: whatever chunk code lands in, `./` is out/main for it.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is one CommonJS file that can require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: from('src-preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: from('src-renderer'),
    plugins: [react(), tailwindcss(), absoluteBase],
    server: { host: '127.0.0.1' },
    build: {
      minify: true,
      // Not Electron's own Chromium only: the same files are served to any current browser.
      target: 'es2023',
      rolldownOptions: { input: from('src-renderer/index.html') },
    },
  },
})
