import { measureDelivery, measurePlainLoop, startSink } from './delivery.ts'

const total = Number(process.env.BENCH_TOTAL ?? 60_000)
const connections = 64
const rate = (perSecond: number) => `${Math.round(perSecond).toLocaleString('en')} /s`

const sink = await startSink()
const plain = await measurePlainLoop(sink.port, total, connections)
console.log(`plain undici loop, signed, nothing stored  ${rate(plain)}`)
const delivered = await measureDelivery(sink.port, total)
console.log(
  `delivered, each attempt recorded durably   ${rate(delivered)}  ratio ${(delivered / plain).toFixed(2)}`,
)
sink.stop()
