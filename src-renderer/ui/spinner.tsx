import { LoaderCircle } from 'lucide-react'

/** A turning circle. With a label it is announced; without, it is decoration beside a text. */
export const Spinner = ({ label }: { label?: string }) => (
  <span role={label ? 'status' : undefined} className="inline-flex items-center gap-2 text-muted">
    <LoaderCircle aria-hidden className="size-4 animate-spin" />
    {label && <span>{label}</span>}
  </span>
)
