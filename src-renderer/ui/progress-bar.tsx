/** How far something is. Its text beside it says the same in words. */
export const ProgressBar = ({ label, value, max }: { label: string; value: number; max: number }) => {
  const share = max === 0 ? 1 : Math.min(1, value / max)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      className="h-2 min-w-24 overflow-hidden rounded-full bg-line"
    >
      <div
        className="h-full rounded-full bg-accent-solid transition-[width] duration-300 motion-reduce:transition-none"
        style={{ width: `${share * 100}%` }}
      />
    </div>
  )
}
