/** The inside of the network, along the bottom. */
export function Strips() {
  return <section class="strips" aria-label="Inside the network" />;
}
