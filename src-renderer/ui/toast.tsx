import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react'
import { Toaster as Sonner, toast as sonner } from 'sonner'
import type { Failure } from '#renderer/bridge.ts'

/** Short news of something the person has just done. What must be read stays on the page instead. */
export const toast = {
  success: (text: string) => void sonner.success(text),
  info: (text: string) => void sonner.info(text),
  error: (text: string) => void sonner.error(text, { duration: 10_000 }),
  failure: (failure: Failure) =>
    void sonner.error(failure.title, { description: failure.detail, duration: 10_000 }),
}

const iconClass = 'mt-0.5 size-4 shrink-0'

/** Where toasts appear. Once per page. */
export const Toaster = () => (
  <Sonner
    position="bottom-right"
    offset={{ bottom: 44, right: 16 }}
    icons={{
      success: <CircleCheck aria-hidden className={`${iconClass} text-success`} />,
      error: <CircleX aria-hidden className={`${iconClass} text-danger`} />,
      warning: <TriangleAlert aria-hidden className={`${iconClass} text-warning`} />,
      info: <Info aria-hidden className={`${iconClass} text-accent`} />,
    }}
    toastOptions={{
      unstyled: true,
      classNames: {
        toast:
          'flex w-[22rem] items-start gap-2.5 rounded-lg bg-surface px-3.5 py-3 text-sm text-ink shadow-floating',
        title: 'font-medium',
        description: 'mt-0.5 text-muted',
      },
    }}
  />
)
