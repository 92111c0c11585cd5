import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { Announcer } from '#renderer/ui/announcer.tsx'
import { Toaster } from '#renderer/ui/toast.tsx'
import { TooltipProvider } from '#renderer/ui/tooltip.tsx'
import { queryClient } from './query-client.ts'
import { router } from './routes.tsx'
import { SessionProvider } from './session.tsx'
import { applyTheme } from './theme.ts'

/** Draws the console. */
export const start = () => {
  applyTheme()
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  createRoot(root).render(
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
        <Announcer />
        <Toaster />
      </TooltipProvider>
    </QueryClientProvider>,
  )
}
