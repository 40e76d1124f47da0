// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice How the state moves to a successor: governance seals the old contract for ever; the new one is constructed
/// with the root and the number of the old one's words, and records nothing before all of them are imported.
/// @dev Trust: that the root is the old contract's is not checked here. Anyone can: it is a function of the old
/// contract's logs up to its sealed head, and is anchored as a checkpoint.
interface IMigration {
    /// @notice Only the owner of `Members` governs.
    error NotGovernance(address caller);
    error SuccessorInvalid(address successor);
    /// @notice A root without a number of words, or the other way round.
    error ImportMalformed(address predecessor, bytes32 root, uint256 count);
    /// @notice Nothing to import: the contract has no predecessor, or its import is complete.
    error ImportNotOpen();
    /// @notice No words: a change of nothing is none.
    error ImportEmpty();
    error ImportLengthsDiffer(uint256 keys, uint256 words);
    /// @notice The words with this proof do not lead to the root.
    error ImportProofInvalid();
    error ImportKeyTwice(bytes32 key);
    /// @notice A word that was never recorded: imported, it could be imported again.
    error ImportWordZero(bytes32 key);

    event Sealed(uint64 indexed number, address successor, bytes32 head);
    event WordsImported(uint64 indexed number, bytes32[] keys, uint256[] words);

    /// @notice Ends recording for ever. `head` of the event is the head before it.
    function seal(address successor) external;

    /// @notice Imports words by a multiproof against the root. Anyone may: the root says what is right.
    /// @dev Refused for the first that applies: ImportNotOpen; ImportEmpty; ImportLengthsDiffer; OpenZeppelin's
    /// MerkleProofInvalidMultiproof; ImportProofInvalid; then key by key ImportWordZero, ImportKeyTwice. Not checked, and
    /// why: that a word is well-formed (it is what the predecessor stored, and no successor may drop it).
    /// @param keys Storage keys, each once; their leaf is keccak256(keccak256(abi.encode(key, word))).
    /// @param words Words as the predecessor stored them.
    /// @param proof As OpenZeppelin's MerkleProof.multiProofVerify has it.
    /// @param proofFlags Likewise.
    function importWords(
        bytes32[] calldata keys,
        uint256[] calldata words,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external;

    /// @notice The contract whose words this one imports (zero for none), the Merkle root of its keys and words, how many
    /// they are, and how many of them are imported.
    function migration() external view returns (address predecessor, bytes32 root, uint256 total, uint256 imported);
}
