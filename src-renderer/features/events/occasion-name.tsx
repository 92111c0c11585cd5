import { useScope } from '#renderer/app/scope.ts'

/** The name of an occasion of the selected organization; "Organization" where there is none. */
export const OccasionName = ({ occasionId }: { occasionId: string | null }) => {
  const { organization } = useScope()
  if (occasionId === null) return <span className="text-muted">Organization</span>
  return organization.occasions.find(({ id }) => id === occasionId)?.name ?? 'Archived occasion'
}
