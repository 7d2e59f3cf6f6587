/** Powers of ten that scale and chart of the evidence show; what is below is shown at the lower end. */
export const LEAST = -2;
export const MOST = 4;
