import { fromHex } from "../../../wire/bytes.ts";

/** One signature and the verdict of the rule in `wire/signature.ts`. */
export interface SignatureVector {
  /** What is special about it. */
  name: string;
  valid: boolean;
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}

function vector(
  name: string,
  valid: boolean,
  publicKey: string,
  message: string,
  r: string,
  s: string,
): SignatureVector {
  return {
    name,
    valid,
    publicKey: fromHex(publicKey, 32)!,
    message: fromHex(message, message.length / 2)!,
    signature: fromHex(r + s, 64)!,
  };
}

/**
 * What the self-test checks. Those with torsion satisfy the cofactored equation, and only the accepted ones the
 * cofactorless. Those of small order satisfy both, and versions of Node differ on them.
 */
export const SIGNATURE_VECTORS: readonly SignatureVector[] = [
  vector(
    "signed",
    true,
    "a815365a4a156e6b0ed49bf25199253e03e83af542aec705819a8f4bbfba0453",
    "519a3138db919e48bbb0ef8ca8bfc1f3901737794af7905bab0cc912b0f247201a777b195b4e9b04",
    "db2063dfe0590d3fe7a897fd5a683d5b5107f62c9e7d3d5c9c823c1e90be61b8",
    "8c2bc33a2a648a4e9f3c384b4bfcf12d6d98295fffca22ae3a489b2908b5d508",
  ),
  vector(
    "signed",
    true,
    "172b69aa0f1511fe85954f7e66b78abcb00dec228dcd8204ef1e5d6f7e0b0112",
    "39539b",
    "45b42df58649fa3223c4f0553b3be1778687883b8eb9dc410d2cfc93b0d5422b",
    "919b14836d4360ecb47a1f8d4306b3331696735448ddbcd99989cca0fe340505",
  ),
  vector(
    "signed",
    true,
    "4775b98be142415ac22c7cf667afb75d0a6744ac404ed28ad46610308892cc94",
    "47cff8b8d685b3398ea20fc3307b1017711bf979",
    "e8853690e72b7b7e391abc71292f8d7c9a8fb122babc9b2b881ff26dd3f62a7d",
    "1b4302cc314759338fea99eb7bb8b681a7554d71dffe3cbca44cb500d19fca08",
  ),
  vector(
    "torsion",
    true,
    "39c9f490fb8d5ccb2b279167104bf2cb4e5776f1092f7aab757bf393bf5a3a35",
    "c82be436522ca409b13db44f65b6c088cc16b3793a3f",
    "bab7b41b3667e8f067886e3dfaf9411964c48dd0f61764404c1ec76dd96e0834",
    "1dcb912f199493b22efb6c6f3379536b11fa651b2e9231d16291520fd0d62006",
  ),
  vector(
    "torsion",
    true,
    "bd01e2dd3e85b379f4f2c85c6f0cdc8e7035aa2ffaa9ff2b66d39d785477714b",
    "5c18565a0fa777544da5d8d8394cf404cbd9a35574f6b5",
    "387150848a904ce6365ad5f7b40a00343ae916f6f47ee41abe9c1309f1362c0f",
    "0e114f2a459d28f691f84ff4425f552e843bd6eac1102d3cd0e9e2b258f23702",
  ),
  vector(
    "torsion",
    true,
    "dad1c45f2962d7cb8c447292af62c45f39c1b7b899244d0cdd2a4228f4649fb6",
    "086dab54baecbc2020b67e8ac968e84a04a54553c34f38a9e44e3788",
    "7cbaca87b546dc57a7cf265c4bef7209b0e02cec1c02db7994484816ab6d1a87",
    "f27a48a530c451c054f27ed4b6ed8d7056fc0878b35c74a458739c13e1202a0d",
  ),
  vector(
    "torsion",
    false,
    "dcb628ef9a83f85613bab675a251669bf46dce1e9e995c69e40f1d640d8c9bf0",
    "3bc93252cbbd2e0ef7e9e3403c1320f8425716b5af96ce87db275cdb",
    "82887e5f43e26eee115de7dcf0d91cdc9ef4bf9a9b03a4ad020cb5d2d363f098",
    "a01375408cf06f9057c4491bab6776dfd1617c97ae067a15c298833610768c07",
  ),
  vector(
    "torsion",
    false,
    "02cc9c6300ca3baf1a8337c383712e827f309a732f156d9c8f35b1972447d951",
    "3b81e008847983e23884555fa66f159da2bb081e6066c7dcd0d1b7212642503d1d60a7986d",
    "d50f71cc627602f7a14f766eacd8bcc341bdbbef46710b5f203cc6f935e38bed",
    "e1838a1326ed68b295bf1de83a9d74c802e45cf45d600724396865f1e70dc90c",
  ),
  vector(
    "torsion",
    false,
    "6bacc57fca913e175674284fb2b5a10e11e159a223307b457110a89dd638cb9a",
    "1045fc8e8bbce500",
    "56d761edc7e8cb9e3d4836d2bec3d21b1d58fd0c386af828f5b4ffc6cda42776",
    "d0299c0f68d6d228666e9b3fd0ba0e39d7a487625c55156876992433a13c8b0a",
  ),
  vector(
    "small order key",
    false,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26f48326bc2815561a09b39b4b230835e65e19b028a4effd829edbaff5b2",
    "98242acde0d0e0eede6f8d8bbe48a3c41ce0a62cf1faccbfe48f84a8ae8ec7d4",
    "85ff24133c7a11cc00d797d2ba8087a7576dd6d7eb47b41a78dae36c2e6e970d",
  ),
  vector(
    "small order key",
    false,
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "b22bbd3b612ed6482e88ae226f037bb6d7e514b607",
    "4259f77af1f12b2ede48288d91a617b8e031e60dd0124cccc6997a79ffae9ca8",
    "8dff24133c7a11cc00d797d2ba8087a7576dd6d7eb47b41a78dae36c2e6e970d",
  ),
  vector(
    "small order R",
    false,
    "316369f814236042a095124292221a09ca010ab6a851360109890d4432a076ec",
    "a466f4c494b2535a31d787fe7fb177f9fa6c8f9d86eee209c98bc270ddd9c5e3f98bb0f57b6fcb0c",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "488bed2d6bcc2fa265a6454f53f59e99873e8cfadebf26ebd0b863f60b54ba0d",
  ),
  vector(
    "small order R",
    false,
    "55844025c772946b153d3ef53443534386d17371c3d4d2984a69885e1bfe2a17",
    "1df8829c0cbf",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "5e41b385ef2842952c8d8023c650de5a1372b05ea7f45cc210bff9215575ab05",
  ),
  vector(
    "non canonical key",
    false,
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "2c618b63e6062dbf9eb59db6d3d507cf445ffb9978dcdf8530f30368634983e3",
    "4073b8d7edd33ac87cef013de595f2bf01476ebb945c644358ecaebebbc1b024",
    "cbcc55e309e3a65eb0ff002e953bb62a812a3ecb2ced47cf0c013500e5fbf70e",
  ),
  vector(
    "non canonical key",
    false,
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "77819f49d196b193987979c4fd098e0d8ba792201af89ddd298d883bc77fbcb305f77c44ea",
    "7610b6e9bff368dbfac3638c6209d6b9543ef400e8291d03c3f61f15695d77ed",
    "b4ff24133c7a11cc00d797d2ba8087a7576dd6d7eb47b41a78dae36c2e6e970d",
  ),
  vector(
    "non canonical R",
    false,
    "a2478edf694746a035f858b1dbad02d5d9bc571a712069beddaeb17d07e4af0a",
    "6baf6497f127c6e6adbb59b745057239350b4d9c0331",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "51423eda792c295a29c2193a56b0bd4ce197524a0e7b7a4bbc367696b8242608",
  ),
  vector(
    "non canonical R",
    false,
    "92d1f0f63c7e1b1be9909c5aee18db8010fd344eadf6e1945f51f95c33d02e23",
    "8741dc94",
    "f4ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "6cc458455548a3395e6c31f849b7a881acf9f4aac41c774c84ca1024d5393400",
  ),
  vector(
    "s plus L",
    false,
    "944e6725752d9248c2e72aef697c3981deb5c6f3baeca10dfb953464a4e694b0",
    "60e4db",
    "02767d0ef51b6a8d0a18bb34950640a82ec7a017c0cd49f840eab67fed28d09b",
    "bd026a1817992bfe9217b9150d5fb5dbd2f89a055a164cc88c746293bd127d72",
  ),
  vector(
    "s plus L",
    false,
    "39c9f490fb8d5ccb2b279167104bf2cb4e5776f1092f7aab757bf393bf5a3a35",
    "5f694fe649d0eb153d11f07dc6d1",
    "74a1a04eb29aa54ae670e79f1a26c493884e61d57361fe5c549b7db875607026",
    "6f05f28392569b853721209aeb8893b4d1364f5aff17925f64fd537e64b8349a",
  ),
  vector(
    "bit flip",
    false,
    "b69f606d6863f68df0bc081a2b90427fab7c8a34d3902215f5d30f0c675139fb",
    "5aa6",
    "e6c801b9b7b733f2e5958a52081ec82070b694a00555b5cba5635ed1af8cae7f",
    "d5c991a5f42267a6b92ef5703fdc79d0787db86ecf3252963d0c0117d9de5507",
  ),
  vector(
    "bit flip",
    false,
    "944e6725752d9248c2e72aef697c3981deb5c6f3baeca10dfb953464a4e694b0",
    "9c32",
    "50dd1cd927ca95bbfdd3416b6024de753d109410c0b8e64e98c75a02aac1c108",
    "ed98c899f8158ee182300de9dab99386b5f3b630d37cb31ec712d92d7dfbf90c",
  ),
  vector(
    "bit flip",
    false,
    "944e6725752d9248c2e72aef697c3981deb5c6f3baeca10dfb953464a4e694b0",
    "c887708a8919193beceacc857b8dc1bff8f952",
    "8a2d9c45a42c43dd07ca9e5d8171dde692cc9ac7b9b7ee47c84d32a4245c0343",
    "2c221bb5f52b402220407587ee991d02f5015a8755a18ef4fd36b1b48e7d300d",
  ),
  vector(
    "swapped message",
    false,
    "a2bbab74bfbe7ae0e573ab184f39d23af1aaa9bb4bda5fe9d11dad23aa325d63",
    "2ac8991f6d737d9f9503ec6864f80db7",
    "960de16b4ee2acb7b177f4f0432a52c75b81c139f2678b356b8dea7e440c3edb",
    "45137b9414df101ba2527fe6c0b9af00c65c9681d231f94e6b4839e99577000b",
  ),
];
