import { Banner } from '#renderer/ui/banner.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'

/** What stands in the place of a body that was erased. */
export const ErasedBody = ({ at }: { at: number }) => (
  <Banner title="The body was erased">
    By request, on <AbsoluteTime at={at} />. The event and its deliveries stay, so that counts are right; it
    cannot be sent again.
  </Banner>
)
