import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { badChecksum, badMd5, sha256Mismatch } from '../errors';
import { decodeAwsChunked } from './aws-chunked';
import { type ChecksumMembers, checksumOf, isAlgorithm, startChecksum } from './checksum';
import { checkForm, trailingChecksum } from './receive';

interface TextMembers extends ChecksumMembers {
  readonly AwsChunked?: boolean;
  readonly Trailer?: string;
  readonly ContentMD5?: string;
  readonly ContentSHA256?: string;
  readonly ChecksumAlgorithm?: string;
}

/** Decodes a document's framing and checks it as a body. @throws AwsError `BadDigest`, `InvalidDigest`, … */
export async function checkBodyText(raw: Buffer, members: TextMembers): Promise<string> {
  const expected = checksumOf(members);
  checkForm({ contentMd5: members.ContentMD5, checksum: expected });
  const trailers = new Map<string, string>();
  const bytes = members.AwsChunked === true ? await unframe(raw, trailers, members.Trailer) : raw;
  const md5 = members.ContentMD5 === undefined ? undefined : createHash('md5').update(bytes).digest('base64');
  if (members.ContentMD5 !== undefined && md5 !== undefined && md5 !== members.ContentMD5)
    throw badMd5(members.ContentMD5, md5);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (members.ContentSHA256 !== undefined && members.ContentSHA256 !== sha256)
    throw sha256Mismatch(members.ContentSHA256, sha256);
  const algorithm = expected?.algorithm ?? members.ChecksumAlgorithm;
  if (algorithm !== undefined && isAlgorithm(algorithm)) {
    const wanted = expected?.value ?? trailingChecksum(trailers, algorithm);
    const running = startChecksum(algorithm);
    running.update(bytes);
    if (wanted !== undefined && running.digest().toString('base64') !== wanted) throw badChecksum(algorithm);
  }
  return bytes.toString('utf8');
}

async function unframe(raw: Buffer, trailers: Map<string, string>, declared?: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(Readable.from([raw]), trailers, declared)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
