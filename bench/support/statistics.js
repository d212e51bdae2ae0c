/** The value below which a fraction of the samples lie, between two neighbours by proportion. @param {readonly number[]} samples @param {number} fraction */
export function quantile(samples, fraction) {
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** @param {readonly number[]} samples */
export const median = (samples) => quantile(samples, 0.5);
