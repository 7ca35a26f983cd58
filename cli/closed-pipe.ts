/** Ends the program quietly where its reader has enough, as `head` has after some lines. */
export function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
